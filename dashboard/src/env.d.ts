/// <reference types="vite/client" />
declare const __GW_VERSION__: string;
