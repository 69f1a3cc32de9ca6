// zh-CN is the source, English is complete (a test compares the keys). One file per area, so that two people can
// write at the same time. Chosen per device, changed without a reload.

import { createI18n } from 'vue-i18n';
import { ref, watch } from 'vue';
import admin from './admin';
import back from './back';
import common from './common';
import demo from './demo';
import desk from './desk';
import evidence from './evidence';
import eyes from './eyes';
import live from './live';
import login from './login';
import pair from './pair';
import patrol from './patrol';
import review from './review';
import tour from './tour';
import wall from './wall';

export type Locale = 'zh-CN' | 'en';
const AREAS = { common, wall, desk, evidence, eyes, live, patrol, review, tour, back, admin, login, demo, pair };
const KEEP = 'gridwarden.locale';

type Texts = { [key: string]: string | Texts };
export interface Area {
  zh: Texts;
  en: Texts;
}

function gather(language: 'zh' | 'en'): Record<string, Texts> {
  return Object.fromEntries(Object.entries(AREAS).map(([area, texts]) => [area, (texts as Area)[language]]));
}

function remembered(): Locale {
  // ?lang= lets the demo page and a kiosk's link choose; the choice is not kept then.
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEEP) ?? navigator.language;
  return asked.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}

export const locale = ref<Locale>(remembered());

export const i18n = createI18n({
  legacy: false,
  locale: locale.value,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': gather('zh'), en: gather('en') },
  warnHtmlMessage: false,
});

watch(
  locale,
  (value) => {
    i18n.global.locale.value = value;
    document.documentElement.lang = value;
  },
  { immediate: true },
);

// Other pages of this device follow: the frames of the demo, a second window.
addEventListener('storage', (event) => {
  if (event.key === KEEP && event.newValue) locale.value = event.newValue === 'en' ? 'en' : 'zh-CN';
});

export function setLocale(value: Locale): void {
  locale.value = value;
  localStorage.setItem(KEEP, value);
}

/** For code outside components; inside, useI18n() does the same. */
export const t = i18n.global.t as (key: string, named?: Record<string, unknown> | number, plural?: number) => string;

/** A word for a value of the wire; the value itself when there is none (a newer daemon). */
export function word(group: string, value: string): string {
  const key = `common.${group}.${value.replaceAll(".", "_")}`;
  return i18n.global.te(key) || i18n.global.te(key, 'zh-CN') ? t(key) : value;
}
