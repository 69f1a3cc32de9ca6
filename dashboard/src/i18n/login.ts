import type { Area } from './index';

const login: Area = {
  zh: {
    title: '登录', name: '用户名', password: '密码', submit: '登录', asking: '正在登录', signed_out: '已退出登录。', revoked: '会话已失效，请重新登录。',
    kiosk_bad: '大屏令牌无效或已撤销，请向管理员要新的。', no_role_page: '这个账号没有可打开的页面。', wechat: '请用系统浏览器打开本页：微信内不能使用相机和定位。', center_lost: '连不上中心，正在重试。',
  },
  en: {
    title: 'Log in', name: 'User name', password: 'Password', submit: 'Log in', asking: 'Logging in', signed_out: 'Logged out.', revoked: 'The session has ended: log in again.',
    kiosk_bad: 'The wall token is wrong or revoked: ask the administrator for a new one.', no_role_page: 'This account has no page to open.', wechat: 'Open this page in the system browser: camera and position do not work inside WeChat.', center_lost: 'The center cannot be reached; trying again.',
  },
};
export default login;
