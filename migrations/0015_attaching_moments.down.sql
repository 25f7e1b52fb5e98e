-- Owns the way back from 0015_attaching_moments.up.sql; leaves attaching itself to 0014_attaching.down.sql.

DROP FUNCTION credit.sweep_unattached(text, integer);
DROP TRIGGER attach_consent ON registry.consents;
DROP FUNCTION registry.attach_consent();
DROP TRIGGER attach_hash ON hashing.mrv_hashes;
DROP FUNCTION credit.attach_hash();
DROP FUNCTION registry.attach_consents(text, text[], text[], text[]);
DROP FUNCTION registry.attach_consents_locked(text, text[], text[], text[]);
