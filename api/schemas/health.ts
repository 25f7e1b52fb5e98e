// Owns the shape of the health answer; leaves when each is given to routes/health.ts.

export const healthSchema = {
  response: {
    200: {
      type: 'object',
      required: ['status'],
      properties: { status: { const: 'ok' } },
    },
    503: {
      type: 'object',
      required: ['status', 'down'],
      properties: {
        status: { const: 'down' },
        down: { type: 'array', items: { enum: ['database'] } },
      },
    },
  },
} as const;
