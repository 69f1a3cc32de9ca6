// Who may log in. Machines (walls, sources) have tokens and are kept under sessions. Pure.

export const ROLES = ['admin', 'supervisor', 'operator', 'patrol', 'warden'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  id: number;
  rev: number;
  name: string;
  role: string;
  display: string;
  unit_id: number | null;
  created_at_us: number;
  disabled_at_us: number | null;
}
export interface Session {
  id: number;
  user_id: number;
  user: string;
  kind: 'login' | 'kiosk' | 'source';
  label: string;
  address: string;
  agent: string;
  created_at_us: number;
  seen_at_us: number;
  expires_at_us: number;
  revoked_at_us: number | null;
}

export const isPerson = (u: User): boolean => (ROLES as readonly string[]).includes(u.role);
export const isValid = (s: Session, nowUs: number): boolean => s.revoked_at_us === null && s.expires_at_us > nowUs;
export const PASSWORD_LEAST = 8;

/** Chrome 126 · Windows, from what a browser calls itself; the text itself when it is none of these. */
export function browserOf(agent: string): string {
  const name = /(MicroMessenger|Edg|Firefox|Chrome|Version)\/(\d+)/.exec(agent);
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1] ?? '';
  if (!name) return agent;
  const called = { MicroMessenger: 'WeChat', Edg: 'Edge', Version: 'Safari' }[name[1]] ?? name[1];
  return [`${/Edg\//.test(agent) ? 'Edge' : /MicroMessenger/.test(agent) ? 'WeChat' : called} ${name[2]}`, system].filter(Boolean).join(' · ');
}
