-- Owns the way back from 0007_billing_and_webhooks.up.sql; leaves the events alone.

DROP TABLE webhook.webhook_deliveries, webhook.webhook_configurations, billing.invoices, billing.usage_ledger;
