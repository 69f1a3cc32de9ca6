// Every text that these pages ask for is there; and whatever the ledger journals about the eyes has a word.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { i18n } from '@/i18n';

const src = join(__dirname, '..');
const files = (folder: string): string[] => readdirSync(folder).flatMap((n) => (statSync(join(folder, n)).isDirectory() ? files(join(folder, n)) : /\.(vue|ts)$/.test(n) && !n.includes('.test.') ? [join(folder, n)] : []));
const all = ['eyes', 'pages/cameras', 'pages/camera', 'pages/review', 'pages/desk', 'pages/wall'].flatMap((f) => files(join(src, f)));
const missing = (keys: string[]) => keys.filter((key) => !i18n.global.te(key, 'zh-CN') || !i18n.global.te(key, 'en'));

describe('the words of the cameras’ pages', () => {
  it('are all there, in both languages', () => {
    const asked = all.flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/'((?:eyes|wall|desk|review|common|admin)\.[\w.]+\w)'/g)].map((m) => m[1]));
    expect(asked.length).toBeGreaterThan(300);
    expect(missing([...new Set(asked)])).toEqual([]);
  });
  it('name every kind of finding, cause, topic and sight of the wire', () => {
    const schema = JSON.parse(readFileSync(join(src, '../../schema/wire/objects.json'), 'utf8')).$defs;
    const of = (group: string, values: string[]) => values.map((v) => `common.${group}.${v}`);
    const kinds = schema.finding.properties.kind.enum as string[];
    expect(missing([...of('finding', kinds), ...of('category', kinds.filter((k) => k !== 'zone').map((k) => `camera_${k}`)), ...of('outage', schema.outage.properties.cause.enum), ...of('category', (schema.outage.properties.cause.enum as string[]).map((c) => `${c}_down`)), ...of('topic', ['motion', 'line', 'field', 'tamper', 'object', 'other'])])).toEqual([]);
  });
  it('name every event that the ledger journals of cameras, findings, outages, zones and rules', () => {
    const ledger = join(src, '../../daemon/ledger');
    const journaled = readdirSync(ledger).filter((n) => n.endsWith('.c')).flatMap((n) => [...readFileSync(join(ledger, n), 'utf8').matchAll(/journal\w*\([^;"]*?"((?:camera|finding|outage|zone|rule|unit|worker)\.\w+)"/g)].map((m) => m[1]));
    expect(journaled.length).toBeGreaterThan(10);
    expect(missing([...new Set(journaled)].map((k) => `common.event.${k.replace('.', '_')}`))).toEqual([]);
  });
  it('keep components within 400 lines', () => {
    expect(all.filter((f) => readFileSync(f, 'utf8').split('\n').length > 400)).toEqual([]);
  });
});
