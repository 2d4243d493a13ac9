/**
 * Spec files of the reference's JavaScript suite (under rust/perspective-js/test/js), by the part of the work they cover.
 * Left out: what needs a browser or DuckDB, and what measures the reference's own memory (leaks, page_to_disk).
 */
export const parts = {
  tables: [
    'constructors.spec.js',
    'constructors/*.spec.ts',
    'updates.spec.js',
    'removes.spec.js',
    'limit.spec.js',
    'clear.spec.ts',
    'delete.spec.js',
    'ports.spec.js',
    'joins/*.spec.ts',
    'hosted_tables.spec.js',
    'multiple.spec.js',
    'internal.spec.js',
  ],
  views: [
    'aggregates.spec.js',
    'filters.spec.js',
    'sort.spec.js',
    'group_by.spec.js',
    'group_rollup_mode.spec.js',
    'split_rollup_mode.spec.js',
    'windows.spec.js',
    'delta.spec.js',
    'get_min_max.spec.js',
    'pivot_nulls.spec.js',
    'view_config.spec.js',
    'to_format/*.spec.*',
    'lz4.spec.js',
  ],
  expressions: ['expressions/*.spec.js'],
  sessions: ['remote.spec.js', 'proxy_session.spec.js', 'sync_load.spec.js'],
} as const

export type Part = keyof typeof parts

export const isPart = (name: string): name is Part => name in parts
