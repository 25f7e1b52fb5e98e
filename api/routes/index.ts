// Owns the list of all routes; leaves each to the file of its resource.

import type { Routes } from '../route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { article6Routes } from './article6.ts';
import { bufferRoutes } from './buffers.ts';
import { consentRoutes } from './consents.ts';
import { creditActRoutes } from './credit-acts.ts';
import { creditRoutes } from './credits.ts';
import { findingRoutes } from './findings.ts';
import { holderSessionRoutes } from './holder-sessions.ts';
import { issuanceRoutes } from './issuances.ts';
import { meRoutes } from './me.ts';
import { mrvArtifactRoutes } from './mrv-artifacts.ts';
import { mrvHashRoutes } from './mrv-hashes.ts';
import { mrvSubmissionRoutes } from './mrv-submissions.ts';
import { operatorReadRoutes } from './operator-reads.ts';
import { platformKeyRoutes } from './platform-keys.ts';
import { processRoutes } from './processes.ts';
import { projectRoutes } from './projects.ts';
import { publicRoutes } from './public.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { registryKeyRoutes } from './registry-keys.ts';
import { registrySubmissionRoutes } from './registry-submissions.ts';
import { retirementActRoutes } from './retirement-acts.ts';
import { retirementRoutes } from './retirements.ts';
import { reversalRoutes } from './reversals.ts';
import { sagaRoutes } from './sagas.ts';
import { statementRoutes } from './statements.ts';
import { tenantRoutes } from './tenants.ts';
import { verificationRoutes } from './verifications.ts';

/** A new resource is added here; OpenAPI, the client and the contract spec take it from here. */
export const API_ROUTES = {
  ...meRoutes,
  ...holderSessionRoutes,
  ...apiKeyRoutes,
  ...platformKeyRoutes,
  ...registryKeyRoutes,
  ...tenantRoutes,
  ...operatorReadRoutes,
  ...projectRoutes,
  ...mrvSubmissionRoutes,
  ...mrvArtifactRoutes,
  ...mrvHashRoutes,
  ...verificationRoutes,
  ...registrySubmissionRoutes,
  ...consentRoutes,
  ...statementRoutes,
  ...creditRoutes,
  ...creditActRoutes,
  ...retirementRoutes,
  ...retirementActRoutes,
  ...bufferRoutes,
  ...reversalRoutes,
  ...article6Routes,
  ...issuanceRoutes,
  ...reconciliationRoutes,
  ...findingRoutes,
  ...processRoutes,
  ...sagaRoutes,
  ...publicRoutes,
} as const satisfies Routes;
