// Pages and who goes where. Each page is loaded when it is opened; all lie one level below the mount.

import { createRouter, createWebHistory, type Router } from 'vue-router';
import { mount } from './feed/base';
import { findMe, me } from './feed/live';

/** Where a role begins, and what else it may open. The daemon decides again at every command. */
const HOME: Record<string, string> = { admin: '/admin', supervisor: '/review', operator: '/desk', patrol: '/patrol', warden: '/wall', wall: '/wall' };
const MAY: Record<string, readonly string[]> = {
  admin: ['wall', 'desk', 'cameras', 'camera', 'tour', 'back', 'review', 'admin', 'shift-log'],
  supervisor: ['wall', 'desk', 'cameras', 'camera', 'tour', 'back', 'review', 'shift-log'],
  operator: ['wall', 'desk', 'cameras', 'camera', 'tour', 'back', 'review', 'shift-log'],
  patrol: ['patrol'],
  warden: ['wall', 'cameras'],
  wall: ['wall', 'cameras'],
};

export const homeOf = (role: string): string => HOME[role] ?? '/login';
export const pagesOf = (role: string): readonly string[] => MAY[role] ?? [];

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(mount),
    routes: [
      { path: '/', name: 'home', component: () => import('./pages/login/Page.vue') },
      { path: '/login', name: 'login', component: () => import('./pages/login/Page.vue') },
      { path: '/wall', name: 'wall', component: () => import('./pages/wall/Page.vue') },
      { path: '/desk', name: 'desk', component: () => import('./pages/desk/Page.vue') },
      { path: '/patrol', name: 'patrol', component: () => import('./pages/patrol/Page.vue') },
      { path: '/review', name: 'review', component: () => import('./pages/review/Page.vue') },
      { path: '/cameras', name: 'cameras', component: () => import('./pages/cameras/Page.vue') },
      { path: '/camera', name: 'camera', component: () => import('./pages/camera/Page.vue') },
      { path: '/tour', name: 'tour', component: () => import('./pages/tour/Page.vue') },
      { path: '/back', name: 'back', component: () => import('./pages/back/Page.vue') },
      { path: '/admin', name: 'admin', component: () => import('./pages/admin/Page.vue') },
      { path: '/shift-log', name: 'shift-log', component: () => import('./pages/shift-log/Page.vue') },
      { path: '/demo', name: 'demo', component: () => import('./pages/demo/Page.vue') },
      { path: '/pair', name: 'pair', component: () => import('./pages/pair/Page.vue') },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  });
  router.beforeEach(async (to) => {
    if (to.name === 'demo' || to.name === 'pair') return true; // open to everybody
    // A wall's token travels in the fragment, which no server log sees; the login page spends it.
    if (to.hash.startsWith('#token=')) return to.name === 'login' ? true : { path: '/login', hash: to.hash, query: { ...to.query, next: String(to.name) } };
    let who = me.value;
    try {
      who = await findMe();
    } catch {
      return to.name === 'login' ? true : { path: '/login', query: { ...to.query, next: String(to.name) } };
    }
    if (!who) return to.name === 'login' ? true : { path: '/login', query: { ...to.query, ...(to.name === 'home' ? {} : { next: String(to.name) }) } };
    if (to.name === 'home' || to.name === 'login') return homeOf(who.role) === '/login' ? to.name === 'login' : homeOf(who.role);
    return pagesOf(who.role).includes(String(to.name)) ? true : homeOf(who.role);
  });
  return router;
}
