// Owns which registry's files are read by which layouts, and finding a file's own by its columns; leaves the layouts to their
// registries' modules.

import { isometricLayouts } from './isometric-statements.ts';
import { isPersonalColumn } from './personal-data.ts';
import type { Layout } from './statement-layout.ts';
import { verraLayouts } from './verra-statements.ts';

/** A registry that is not here has no statements that are read. */
const LAYOUTS: Readonly<Record<string, readonly Layout[]>> = {
  verra: verraLayouts,
  isometric: isometricLayouts,
};

export function layoutsOf(registry: string): readonly Layout[] {
  return Object.hasOwn(LAYOUTS, registry) ? (LAYOUTS[registry] ?? []) : [];
}

/** Whether what a registry says of its issuances names their numbers; else nothing is known of a single block. */
export function issuancesHaveSerials(registry: string): boolean {
  const layouts = layoutsOf(registry).filter(({ kinds }) => kinds.includes('issuances'));
  return layouts.length === 0 || layouts.some(({ has_serials }) => has_serials);
}

/** For whoever writes such a file. */
export function columnsOf(name: string): readonly string[] {
  const layout = Object.values(LAYOUTS)
    .flat()
    .find((one) => one.name === name);
  if (layout === undefined) throw new RangeError(`There is no layout "${name}".`);
  return layout.columns;
}

export type LayoutFound = { layout: Layout } | { refusal: string };

/** The layout that has exactly these columns, in any order. Columns of e-mail addresses may stand beside them. */
export function findLayout(registry: string, header: readonly string[]): LayoutFound {
  const layouts = layoutsOf(registry);
  if (layouts.length === 0) return { refusal: `no file of ${registry} is read here` };
  const columns = header.filter((column) => !isPersonalColumn(column));
  const repeated = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index);
  if (repeated !== undefined) return { refusal: `the column "${repeated}" stands there twice` };
  const layout = layouts.find((one) => hasColumns(one, columns));
  if (layout !== undefined) return { layout };
  const foreign = Object.values(LAYOUTS)
    .flat()
    .find((one) => hasColumns(one, columns));
  if (foreign !== undefined)
    return { refusal: `its columns are those of another registry (${foreign.title})` };
  return { refusal: describeDifference(nearest(layouts, columns), columns) };
}

function hasColumns(layout: Layout, columns: readonly string[]): boolean {
  return (
    columns.length === layout.columns.length && layout.columns.every((column) => columns.includes(column))
  );
}

function nearest(layouts: readonly Layout[], columns: readonly string[]): Layout {
  const shared = (layout: Layout) => layout.columns.filter((column) => columns.includes(column)).length;
  return layouts.reduce((best, one) => (shared(one) > shared(best) ? one : best));
}

const MAX_NAMED = 12;
const MAX_COLUMN = 60;

function describeDifference(layout: Layout, columns: readonly string[]): string {
  const missing = layout.columns.filter((column) => !columns.includes(column));
  const unknown = columns.filter((column) => !layout.columns.includes(column));
  if (missing.length === layout.columns.length && columns.length === 1) {
    const [only = ''] = columns;
    const separator = only.includes(';') ? 'semicolons' : only.includes('\t') ? 'tabs' : undefined;
    if (separator !== undefined) return `its columns are separated by ${separator}, and commas are read`;
  }
  const parts = [
    ...(missing.length === 0 ? [] : [`the columns ${nameColumns(missing)} are missing`]),
    ...(unknown.length === 0 ? [] : [`the columns ${nameColumns(unknown)} are not known`]),
  ];
  return `the nearest layout is "${layout.title}", of which ${parts.join(', and ')}`;
}

function nameColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, MAX_NAMED).map((column) => `"${column.slice(0, MAX_COLUMN)}"`);
  const more = columns.length - shown.length;
  return shown.join(', ') + (more === 0 ? '' : ` and ${more} more`);
}
