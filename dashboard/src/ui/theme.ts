// Dark or light, per device. The wall is always dark.

import { ref, watch } from 'vue';

export type Theme = 'dark' | 'light';
const KEEP = 'gridwarden.theme';

export const theme = ref<Theme>(localStorage.getItem(KEEP) === 'light' ? 'light' : 'dark');
/** Set by a page that has only one theme (wall, printed shift log). */
export const forcedTheme = ref<Theme | null>(null);

watch([theme, forcedTheme], () => (document.documentElement.dataset.theme = forcedTheme.value ?? theme.value), { immediate: true });

export function setTheme(value: Theme): void {
  theme.value = value;
  localStorage.setItem(KEEP, value);
}
