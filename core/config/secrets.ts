// Owns keeping secrets out of what prints a whole object; leaves where they come from to read-sources.ts.

/**
 * Adds the secrets as getters that no listing of the object's keys finds: JSON, console.log and loggers pass
 * them by, even when asked for hidden keys. The price: a copy made by spreading has no secrets either.
 */
export function hideSecrets<Open extends object, Secrets extends Record<string, string | undefined>>(
  open: Open,
  secrets: Secrets,
): Open & { [Name in keyof Secrets]?: string } {
  for (const [name, value] of Object.entries(secrets)) {
    if (value !== undefined) Object.defineProperty(open, name, { enumerable: false, get: () => value });
  }
  return open;
}
