// Owns tables that stay readable on a phone, where each row becomes a card; leaves their cells to the pages.

import type { ComponentChildren } from 'preact';

export type Column<Row> = { name: string; cell: (row: Row) => ComponentChildren; is_number?: true };

export function Table<Row>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  empty: string;
}) {
  const { caption, columns, rows, keyOf, empty } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ name, is_number }) => (
            <th key={name} scope="col" class={is_number ? 'number' : ''}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ name, cell, is_number }) => (
              <td key={name} data-name={name} class={is_number ? 'number' : ''}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
