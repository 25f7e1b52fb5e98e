-- Owns taking back 0020_signing.up.sql.

DROP FUNCTION app.list_unsettled_transactions(timestamptz, integer);
DROP TABLE signing.transactions;
DROP TABLE signing.keys;
DROP SCHEMA signing;
