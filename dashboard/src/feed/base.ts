// Where this build is mounted. The same files serve "/" and "/demo/1/", and every page lies one level below its
// mount ("/wall", "/demo/1/wall"), so the mount is the path without its last word.

export function mountOf(pathname: string): string {
  return pathname.slice(0, pathname.lastIndexOf('/') + 1) || '/';
}

export const mount = mountOf(location.pathname);

export function httpUrl(path: string): string {
  return mount + path;
}

export function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${mount}${path}`;
}
