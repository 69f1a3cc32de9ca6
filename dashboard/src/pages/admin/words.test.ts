// Every text that this page asks for is there; a missing one would show its key to an administrator.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { i18n } from '@/i18n';
import { COLUMNS, NOUNS } from './import/columns';
import { SECTIONS } from './sections';
import { ROLES } from './users/users';

const files = (folder: string): string[] => readdirSync(folder).flatMap((n) => (statSync(join(folder, n)).isDirectory() ? files(join(folder, n)) : /\.(vue|ts)$/.test(n) && !n.includes('.test.') ? [join(folder, n)] : []));
const all = files(__dirname);

describe('the words of the admin page', () => {
  it('are all there', () => {
    const asked = all.flatMap((f) => [...readFileSync(f, 'utf8').matchAll(/'((?:admin|common)\.[\w.-]+[\w])'/g)].map((m) => m[1]));
    expect(asked.length).toBeGreaterThan(200);
    expect(asked.filter((key) => !i18n.global.te(key, 'zh-CN'))).toEqual([]);
  });
  it('name every section, role and column', () => {
    const keys = [...SECTIONS.map((s) => `admin.nav.${s}`), ...ROLES.map((r) => `admin.users.may.${r}`), ...NOUNS.flatMap((n) => [`admin.import.noun.${n}`, ...COLUMNS[n].map((c) => `admin.import.col.${n}.${c.name}`)])];
    expect(keys.filter((key) => !i18n.global.te(key, 'zh-CN') || !i18n.global.te(key, 'en'))).toEqual([]);
  });
  it('keep components within 400 lines', () => {
    expect(all.filter((f) => readFileSync(f, 'utf8').split('\n').length > 400)).toEqual([]);
  });
});
