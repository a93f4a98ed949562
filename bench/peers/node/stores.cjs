'use strict';
// Where sessions and dossiers are kept: each store makes {sessions, dossiers(phone)}.
const { readFileSync } = require('node:fs');

const people = () => Object.entries(JSON.parse(readFileSync(process.env.PEERS_PEOPLE)));

exports.memory = async () => {
  const known = new Map(people());
  const kept = new Map();
  return {
    dossiers: (phone) => known.get(phone) ?? [],
    sessions: {
      start: (id, done) => (kept.has(id) || kept.set(id, {}), done()),
      set: (id, key, value, done) => ((kept.get(id)[key] = value), done()),
      get: (id, key, done) => done(null, kept.get(id)[key]),
      end: (id, done) => (kept.delete(id), done()),
    },
  };
};

// One row for each session, committed before the answer: in the write-ahead log, as its manual
// advises, with the `synchronous` asked for (its own in that mode is NORMAL).
exports.sqlite = async () => {
  const Database = require('better-sqlite3');
  const db = new Database(process.env.PEERS_FILE);
  db.pragma('journal_mode = WAL');
  if (process.env.PEERS_SYNCHRONOUS) db.pragma(`synchronous = ${process.env.PEERS_SYNCHRONOUS}`);
  db.exec(`create table if not exists sessions (id text, name text, value text, primary key (id, name));
           create table if not exists dossiers (phone text, number text, primary key (phone, number))`);
  const add = db.prepare('insert or ignore into dossiers values (?, ?)');
  db.transaction(() => {
    for (const [phone, numbers] of people()) for (const number of numbers) add.run(phone, number);
  })();
  const mine = db.prepare('select number from dossiers where phone = ? order by number').pluck();
  const set = db.prepare(`insert into sessions values (?, ?, ?)
    on conflict (id, name) do update set value = excluded.value`);
  const get = db.prepare('select value from sessions where id = ? and name = ?').pluck();
  const end = db.prepare('delete from sessions where id = ?');
  return {
    dossiers: (phone) => mine.all(phone),
    sessions: {
      start: (id, done) => done(),
      set: (id, key, value, done) => (set.run(id, key, value), done()),
      get: (id, key, done) => done(null, get.get(id, key)),
      end: (id, done) => (end.run(id), done()),
    },
  };
};

exports.redis = async () => {
  const client = require('redis').createClient({ socket: { host: '127.0.0.1', port: Number(process.env.PEERS_REDIS) } });
  await client.connect();
  for (const [phone, numbers] of people()) await client.set(`dossiers:${phone}`, numbers.join(' '));
  return {
    dossiers: async (phone) => ((await client.get(`dossiers:${phone}`)) ?? '').split(' '),
    sessions: {
      start: (id, done) => done(),
      set: (id, key, value) => client.hSet(`session:${id}`, key, value),
      get: (id, key) => client.hGet(`session:${id}`, key),
      end: (id) => client.del(`session:${id}`),
    },
  };
};
