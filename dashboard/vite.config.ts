import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const version = /project\(gridwarden VERSION (\S+)/.exec(readFileSync(join(__dirname, '../CMakeLists.txt'), 'utf8'))?.[1];
if (!version) throw new Error('no project version in ../CMakeLists.txt');

/** The daemon serves X.gz beside X to whoever accepts it, and compresses nothing itself. */
function gzipBeside(): Plugin {
  let folder = '';
  const walk = (path: string): string[] =>
    readdirSync(path).flatMap((name) => {
      const full = join(path, name);
      return statSync(full).isDirectory() ? walk(full) : [full];
    });
  return {
    name: 'gzip-beside',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const file of walk(folder).filter((f) => /\.(html|js|css|svg|json|webmanifest)$/.test(f))) {
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

const daemon = process.env.GW_DAEMON ?? 'http://localhost:8080';

export default defineConfig({
  // Relative: one build serves "/" and "/demo/1/". Every page therefore lies one level deep (/wall, /demo/1/wall).
  base: './',
  plugins: [vue(), gzipBeside()],
  resolve: { alias: { '@': join(__dirname, 'src') } },
  define: {
    __GW_VERSION__: JSON.stringify(version),
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_JIT_COMPILATION__: true, // no eval: the pages run under a strict CSP
    __INTLIFY_DROP_MESSAGE_COMPILER__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2021',
    assetsInlineLimit: 0, // data: URLs would need a wider CSP
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': daemon,
      '/ws': { target: daemon, ws: true },
    },
  },
  test: { environment: 'jsdom', setupFiles: ['tests/setup.ts'], include: ['tests/**/*.test.ts', 'src/**/*.test.ts'], testTimeout: 10_000 },
});
