// Shows that a computation's parts add up exactly, and which do not.

import test from 'ava';
import fc from 'fast-check';
import { formatTonnage } from '../../core/credit/tonnage.ts';
import { computeNet } from './compute-net.ts';

const PARTS = {
  gross_removal: '120',
  baseline_emissions: '0.1',
  project_emissions: '4.5',
  leakage_deduction: '0.2',
  buffer_deduction: '15',
};

test('the net is gross less baseline, project, leakage and buffer, without a float on the way', (t) => {
  t.is(computeNet(PARTS), '100.2');
  t.is(computeNet({ ...PARTS, net_removal: '100.2' }), '100.2');
  t.is(computeNet({ ...PARTS, gross_removal: '19.8' }), '0');
});

test('a net that is not the sum, one below zero and a turned range are refused', (t) => {
  t.throws(() => computeNet({ ...PARTS, net_removal: '100.20000001' }), { code: 'VALIDATION_FAILED' });
  t.throws(() => computeNet({ ...PARTS, gross_removal: '19.79999999' }), { code: 'VALIDATION_FAILED' });
  t.throws(() => computeNet({ ...PARTS, uncertainty_lower: '2', uncertainty_upper: '1' }), {
    code: 'VALIDATION_FAILED',
  });
});

test('any parts add up to their gross again', (t) => {
  const part = fc.bigInt({ min: 0n, max: 10n ** 18n });
  fc.assert(
    fc.property(part, part, part, part, part, (net, baseline, project, leakage, buffer) => {
      const parts = {
        gross_removal: formatTonnage(net + baseline + project + leakage + buffer),
        baseline_emissions: formatTonnage(baseline),
        project_emissions: formatTonnage(project),
        leakage_deduction: formatTonnage(leakage),
        buffer_deduction: formatTonnage(buffer),
      };
      t.is(computeNet(parts), formatTonnage(net));
    }),
  );
});
