// What this phone and this browser can do here, found out and not assumed.

export interface Abilities {
  /** TLS, or this machine itself: browsers give position and wake lock only then. */
  secure: boolean;
  wechat: boolean;
  position: boolean;
  vibrate: boolean;
  wakeLock: boolean;
}

export function abilities(): Abilities {
  return {
    secure: isSecureContext,
    wechat: /MicroMessenger/i.test(navigator.userAgent),
    position: isSecureContext && 'geolocation' in navigator,
    vibrate: typeof navigator.vibrate === 'function',
    wakeLock: 'wakeLock' in navigator,
  };
}

/** A few words that tell the desk which device speaks for the unit. */
export function deviceName(ua = navigator.userAgent): string {
  const os = /iPhone|iPad/.exec(ua)?.[0] ?? (/HarmonyOS/.test(ua) ? 'HarmonyOS' : /Android/.test(ua) ? 'Android' : /Windows/.test(ua) ? 'Windows' : /Mac OS/.test(ua) ? 'Mac' : /Linux/.test(ua) ? 'Linux' : '');
  const browser = /MicroMessenger/.test(ua) ? 'WeChat' : /Edg\//.test(ua) ? 'Edge' : /Firefox/.test(ua) ? 'Firefox' : /Chrome/.test(ua) ? 'Chrome' : /Safari/.test(ua) ? 'Safari' : '';
  return [os, browser].filter(Boolean).join(' ') || 'web';
}
