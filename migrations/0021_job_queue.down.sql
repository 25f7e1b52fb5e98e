-- Owns taking back 0021_job_queue.up.sql.

DROP SCHEMA pgboss CASCADE;
