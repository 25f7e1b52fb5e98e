-- Owns the way back from 0006_processes_and_events.up.sql; leaves the schemas alone.

DROP TABLE eventing.processed_events, eventing.outbox, eventing.event_store, eventing.event_keys,
  saga.saga_steps, saga.sagas, process.process_steps, process.processes;
DROP FUNCTION eventing.take_event_key();
