// Owns running a script of the project as a process of its own; leaves what it should do to the specs.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const LINE_TIMEOUT_MS = 60_000;

export type Child = {
  process: ChildProcess;
  // All it has written so far, both streams.
  output(): string;
  // Rejects, with all it has written, when it ends or the time is up before a line matches.
  waitFor(pattern: RegExp, limit_ms?: number): Promise<RegExpExecArray>;
  end: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

export type ChildOptions = { file: string; args?: string[]; env?: NodeJS.ProcessEnv; cwd?: string };

// The test run's own variables stay out: the child is to find the world as a user's command does. It has what is
// compiled already, which the guard gives to a user's command.
export function startChild({ file, args = [], env = {}, cwd }: ChildOptions): Child {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, HOME, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }), ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const collect = (chunk: string): void => {
    text += chunk;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const end = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  return { process: child, output: () => text, waitFor, end };

  function waitFor(pattern: RegExp, limit_ms = LINE_TIMEOUT_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text);
        if (found !== null) settle(() => resolve(found));
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`${why} before ${pattern} came. It wrote:\n${text}`)));
      const ended = (): void => fail('The process ended');
      const timer = setTimeout(() => fail('The time was up'), limit_ms);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        child.stdout.off('data', look);
        child.stderr.off('data', look);
        child.off('close', ended);
        act();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.on('close', ended);
      look();
    });
  }
}
