import type { Area } from './index';

const admin: Area = { zh: {}, en: {} };
export default admin;
