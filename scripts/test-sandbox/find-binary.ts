// Owns finding the near-sandbox binary that the environment names; leaves running it to run-binary.ts.
import { statSync } from 'node:fs';
import { join } from 'node:path';

export const PATH_VARIABLE = 'NEAR_SANDBOX_BIN_PATH';
const BINARY_NAME = 'near-sandbox';
const ANY_EXECUTE_BIT = 0o111;

export type Binary =
  | { kind: 'found'; path: string }
  /** Nothing was asked for. */
  | { kind: 'unset'; reason: string }
  /** Something was asked for that cannot be run. */
  | { kind: 'wrong'; reason: string };

/** The variable names the binary or the folder that holds it. */
export function findBinary(named: string | undefined): Binary {
  if (named === undefined || named === '') {
    const reason = `${PATH_VARIABLE} is not set; name a ${BINARY_NAME} binary or the folder that holds it`;
    return { kind: 'unset', reason };
  }
  const direct = statSync(named, { throwIfNoEntry: false });
  const path = direct?.isDirectory() ? join(named, BINARY_NAME) : named;
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return wrong(`${path} is not there`);
  if (!file.isFile()) return wrong(`${path} is no file`);
  if ((file.mode & ANY_EXECUTE_BIT) === 0) return wrong(`${path} may not be executed; run chmod +x on it`);
  return { kind: 'found', path };
}

function wrong(problem: string): Binary {
  return {
    kind: 'wrong',
    reason: `${PATH_VARIABLE}: ${problem}. Name a ${BINARY_NAME} binary or the folder that holds it.`,
  };
}
