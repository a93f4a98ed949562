'use strict';
// `node server.cjs http|express memory|sqlite|redis PORT shared|fresh [LEAST MOST]`
// shared: one menu for all callers, as the README shows; fresh: one for each request. LEAST to MOST
// milliseconds: what each look-up waits.
const [front, kind, port, whose, least, most] = process.argv.slice(2);
const build = require('./menu.cjs');
const stores = require('./stores.cjs');

const pause = most && (() => new Promise((done) =>
  setTimeout(done, Number(least) + Math.random() * (most - least))));

function http(answer) {
  const { parse } = require('node:querystring');
  require('node:http').createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => answer(parse(body), (said) => {
      response.end(said);
    }));
  }).listen(Number(port), '127.0.0.1');
}

function express(answer) {
  const app = require('express')();
  app.use(require('express').urlencoded({ extended: false }));
  app.post('/', (request, response) => answer(request.body, (said) => response.send(said)));
  app.listen(Number(port), '127.0.0.1');
}

stores[kind]().then((store) => {
  const shared = build(store, pause);
  const menu = whose === 'fresh' ? () => build(store, pause) : () => shared;
  const answer = (fields, say) => menu().run(fields, say);
  ({ http, express })[front](answer);
});
