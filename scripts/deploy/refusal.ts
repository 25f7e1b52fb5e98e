// Owns how a deployment is refused; leaves finding the reasons to its neighbours.
import { DmrvError } from '../../core/errors/index.ts';

/** What happened, then what to do. */
export function refuseDeployment(what: string, remedy: string, cause?: unknown): never {
  throw new DmrvError('DEPLOYMENT_REFUSED', {
    facts: { what, remedy },
    ...(cause === undefined ? {} : { cause }),
  });
}
