-- Owns the way back from 0003_projects_and_evidence.up.sql; leaves tenants and people alone.

DROP TABLE verification.verification_reports, verification.verification_clarifications,
  verification.verification_category_results, verification.verifications,
  mrv.mrv_artifacts, mrv.mrv_computations, mrv.mrv_submissions,
  project.project_members, project.projects, project.methodologies;
DROP DOMAIN verification.category_key;
