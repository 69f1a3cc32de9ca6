import type { Area } from './index';

const demo: Area = {
  zh: {
    title: '演示：大屏、值机台、手机', intro: '三个画面是同一个中心：一条警情从大屏到值机台再到手机，处处看得见。', begin: '开始演示', again: '重新登录三个画面',
    note: '开始后，手机画面以 patrol1 登录，夜巡1组由您来当；其他队伍仍由模拟器走动。点进各画面可解锁声响。', not_demo: '这不是演示中心，或演示用户不在。', wall: '大屏', desk: '值机台', phone: '手机 · {unit}',
    next: '下一步', now: '现在', s_wait: '等一条警情', s_wait_hint: '约一分钟来一条；也可在值机台按 N 新建。', s_dispatch: '在值机台按 D：确认并派单', s_dispatch_hint: '{what} {where}，{left} 内应确认', s_accept: '在手机上点「接单」', s_accept_hint: '60 秒内不接，自动改派',
    s_other: '看大屏：{unit} 正在处置', s_other_hint: '这张工单派给了模拟的队伍；要自己处置，下一条派给 {mine}。', s_arrive: '在手机上点「到场」', s_arrive_hint: '大屏的五分钟到场钟停下', s_close: '在手机上拍照并申请结单', s_close_hint: '没有照片不能结单；电脑上选一张图片即可',
    s_check: '在值机台核查并结案', s_check_hint: '申请人不能自己核查', s_dispose: '在值机台给出结论', s_dispose_hint: '警情要有结论才能闭环', sos: '也可以在手机上长按 SOS，看大屏和值机台。', full: '单独打开',
  },
  en: {
    title: 'Demo: wall, desk and phone', intro: 'Three screens of one center: an alert is seen on the wall, the desk and the phone at once.', begin: 'Start the demo', again: 'Log the screens in again',
    note: 'The phone logs in as patrol1: you are that team then, and the simulator walks the others. Click into a screen to unlock its sound.', not_demo: 'This is not a demo center, or its users are not there.', wall: 'Wall', desk: 'Desk', phone: 'Phone · {unit}',
    next: 'Next', now: 'Now', s_wait: 'Wait for an alert', s_wait_hint: 'About one a minute; or press N at the desk.', s_dispatch: 'Press D at the desk: ack and dispatch', s_dispatch_hint: '{what} {where}, ack within {left}', s_accept: 'Press Accept on the phone', s_accept_hint: 'Not accepted in 60 s: given to another',
    s_other: 'Watch the wall: {unit} handles it', s_other_hint: 'This ticket went to a simulated team; dispatch the next one to {mine} to handle it yourself.', s_arrive: 'Press Arrived on the phone', s_arrive_hint: 'The five-minute clock on the wall stops', s_close: 'Take a photo on the phone and ask to close', s_close_hint: 'No photo, no close; on a computer choose any picture',
    s_check: 'Check and close at the desk', s_check_hint: 'Who asked may not check', s_dispose: 'Give the disposition at the desk', s_dispose_hint: 'An alert closes with a disposition', sos: 'Or hold SOS on the phone and watch wall and desk.', full: 'Open alone',
  },
};
export default demo;
