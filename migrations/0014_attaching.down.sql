-- Owns the way back from 0014_attaching.up.sql; leaves the rows that it made.

DO $$
DECLARE
  guard record;
BEGIN
  FOR guard IN SELECT p.polname, p.polrelid::regclass AS target FROM pg_policy p
    WHERE p.polname IN ('attaching_writes', 'attaching_reads')
  LOOP
    EXECUTE format('DROP POLICY %I ON %s', guard.polname, guard.target);
  END LOOP;
END $$;
DROP FUNCTION credit.attach_tokens(text, text[], boolean);
DROP FUNCTION credit.attach_locked(text, text[], boolean);
DROP FUNCTION credit.tell_lineage(text, text[]);
DROP FUNCTION credit.tell_retirements(text, text[]);
DROP FUNCTION credit.tell_events(text, text[], boolean);
DROP FUNCTION credit.change_credits(text, text[]);
DROP FUNCTION credit.bear_credits(text, text[], text[]);
DROP FUNCTION credit.refuse_serials(text, text[]);
DROP FUNCTION credit.changed_at(chain.tokens);
DROP FUNCTION credit.derive_id(text, text, text, timestamptz);
DROP FUNCTION credit.lock_hashes(text[], boolean);
