import type { SqlEngine } from './engine.ts';

/** One step of the tables from nothing to what the code expects. Steps once released never change. */
export type Migration = { readonly name: string; statements(ddl: SqlEngine['ddl']): readonly string[] };

export const migrations: readonly Migration[] = [
  {
    name: '0001-recorded-markets',
    statements: ({ countedId, blob, clustered }) => [
      `create table series (
        id ${countedId}, venue text not null, symbol text not null, kind text not null,
        unique (venue, symbol, kind))`,
      `create table coverage (
        series_id bigint not null references series (id), from_ms bigint not null, to_ms bigint not null,
        primary key (series_id, from_ms), check (to_ms > from_ms)) ${clustered}`,
      `create table candles (
        series_id bigint not null, open_ms bigint not null,
        open double precision not null, high double precision not null, low double precision not null,
        close double precision not null, volume double precision not null,
        primary key (series_id, open_ms)) ${clustered}`,
      `create table open_interest (
        series_id bigint not null, time_ms bigint not null, size double precision not null,
        primary key (series_id, time_ms)) ${clustered}`,
      `create table funding (
        series_id bigint not null, time_ms bigint not null, rate double precision not null,
        primary key (series_id, time_ms)) ${clustered}`,
      `create table liquidations (
        series_id bigint not null, time_ms bigint not null, side text not null,
        price double precision not null, size double precision not null, occurrence bigint not null,
        price_kind text not null, usd double precision not null,
        primary key (series_id, time_ms, side, price, size, occurrence)) ${clustered}`,
      `create table book_checkpoints (
        venue text not null, symbol text not null, window_start_ms bigint not null, time_ms bigint not null,
        schema_version bigint not null, book ${blob} not null,
        primary key (venue, symbol, window_start_ms, time_ms))`,
    ],
  },
  {
    name: '0002-chats',
    statements: () => [
      `create table subscriptions (
        id text not null primary key, platform text not null, community_id text, chat_id text not null,
        thread_id text, created_by text, settings text not null, state text not null, reason text,
        created_ms bigint not null, updated_ms bigint not null)`,
      'create index subscriptions_by_chat on subscriptions (platform, chat_id)',
      'create index subscriptions_by_creator on subscriptions (platform, created_by)',
      `create table settings (
        platform text not null, kind text not null, id text not null, value text not null,
        updated_ms bigint not null, primary key (platform, kind, id))`,
      `create table alerts (
        key text not null primary key,
        subscription_id text not null references subscriptions (id) on delete cascade,
        symbol text not null, cluster_id text not null, stage text not null, state text not null,
        message_ref text, reason text, payload text not null,
        created_ms bigint not null, updated_ms bigint not null)`,
      'create index alerts_by_subscription on alerts (subscription_id, symbol, cluster_id, created_ms)',
      'create index alerts_by_state on alerts (state, created_ms)',
      'create index alerts_by_time on alerts (created_ms)',
    ],
  },
  {
    name: '0003-fragility',
    statements: ({ clustered }) => [
      `create table fragility (
        symbol text not null, map_window text not null, hour_ms bigint not null,
        value double precision not null, primary key (symbol, map_window, hour_ms)) ${clustered}`,
    ],
  },
  {
    name: '0003-large-clusters',
    statements: ({ clustered }) => [
      `create table large_clusters (
        symbol text not null, id text not null, side text not null,
        low double precision not null, high double precision not null, peak double precision not null,
        usd double precision not null, most_usd double precision not null,
        share_of_oi double precision not null, leverage double precision not null,
        born_ms bigint not null, born_price double precision not null, born_distance double precision not null,
        seen_ms bigint not null, ended_ms bigint, ending text, muted bigint not null,
        primary key (symbol, id))`,
      'create index large_clusters_by_birth on large_clusters (symbol, born_ms)',
      `create table cluster_sizes (
        symbol text not null, time_ms bigint not null, cluster_id text not null, share_of_oi double precision not null,
        primary key (symbol, time_ms, cluster_id)) ${clustered}`,
      `create table cluster_stages (
        symbol text not null, cluster_id text not null, stage text not null, arming bigint not null,
        side text not null, at_ms bigint not null, price double precision not null,
        low double precision not null, high double precision not null, usd double precision not null,
        lowest double precision not null, highest double precision not null,
        receipt_15 text, receipt_60 text, alerts bigint not null,
        primary key (symbol, cluster_id, stage, arming))`,
      'create index cluster_stages_by_time on cluster_stages (stage, at_ms)',
      `create table armings (
        symbol text not null, subject text not null, name text not null, armed bigint not null,
        arming bigint not null, fired_ms bigint, value double precision,
        primary key (symbol, subject, name)) ${clustered}`,
      'create index alerts_by_cluster on alerts (symbol, cluster_id, stage)',
      'create index subscriptions_by_update on subscriptions (updated_ms)',
    ],
  },
  {
    name: '0004-pages',
    statements: ({ blob }) => [
      `create table pages (
        id text not null primary key, fingerprint text not null unique, expires_ms bigint not null,
        body ${blob} not null)`,
      'create index pages_by_expiry on pages (expires_ms)',
    ],
  },
  {
    name: '0005-real-positions',
    statements: ({ clustered }) => [
      `create table sweep_list (
        venue text not null, address text not null, due_ms bigint not null, heat double precision not null,
        expires_ms bigint not null, primary key (venue, address)) ${clustered}`,
      'create index sweep_list_by_due on sweep_list (venue, due_ms)',
      `create table measured_positions (
        venue text not null, trader text not null, symbol text not null, time_ms bigint not null, side text not null,
        size double precision not null, entry_price double precision not null, leverage double precision not null,
        liquidation_price double precision, standing text not null,
        primary key (venue, trader, symbol)) ${clustered}`,
      'create index measured_positions_by_market on measured_positions (venue, symbol, time_ms)',
      'create table installation (name text not null primary key, value text not null)',
    ],
  },
];
