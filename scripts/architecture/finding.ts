// Owns how a broken rule is told; leaves the rules to their own files.

export interface Finding {
  path: string;
  line: number;
  problem: string;
}

export function describeFinding({ path, line, problem }: Finding): string {
  return `${path}:${line} ${problem}`;
}
