// Owns the look at the Node version before any TypeScript is read; leaves the work to the script it is given.
// Written in the oldest syntax that still runs, so that an old Node reaches the message instead of a parse error.

var path = require('path');
var url = require('url');

var NEEDED = '22.18.0';

function isOlder(found, needed) {
  var a = found.split('.').map(Number);
  var b = needed.split('.').map(Number);
  for (var i = 0; i < 3; i++) {
    if (a[i] !== b[i]) return a[i] < b[i];
  }
  return false;
}

var name = process.argv[2] || '';
var found = process.versions.node;

if (isOlder(found, NEEDED)) {
  console.error('dmrv-near: Node ' + found + ' runs, Node ' + NEEDED + ' or newer is needed.');
  console.error('Run "npm ci" first: on Linux x64 it brings a Node of its own, which every npm script takes.');
  console.error('Elsewhere install Node 24 and run the command again.');
  process.exit(1);
}
console.error('dmrv-near: Node ' + found + ' (needed: ' + NEEDED + ' or newer), ' + name.replace(/\.ts$/, ''));

// What turns TypeScript into JavaScript takes 30 MB and some time; from the second start on it is not loaded.
require('module').enableCompileCache(path.join(__dirname, '..', 'node_modules', '.cache', 'compiled'));

var file = path.join(__dirname, name);
process.argv.splice(1, 2, file);
import(url.pathToFileURL(file).href).catch((error) => {
  console.error(error);
  process.exit(1);
});
