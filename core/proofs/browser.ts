// Owns what a page or another program takes of the verifier; leaves the checks themselves to verify-retirement.ts.
import * as z from 'zod';

// Pages forbid making code from texts, which zod would try for its speed.
z.config({ jitless: true });

export { BUNDLE_FORM, bundleJsonSchema, MAX_BUNDLE_BYTES, type RetirementProof } from './bundle-schema.ts';
export {
  PROOF_STEPS,
  type RetirementStep,
  type RetirementVerdict,
  type Statement,
  verifyProofText,
  verifyRetirementProof,
} from './verify-retirement.ts';
