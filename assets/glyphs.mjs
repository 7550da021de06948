// The stage glyphs: read at 14 px, told apart without colour.
const ring = '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5"/>';
const disc = '<circle cx="7" cy="7" r="6" fill="currentColor"/>';
const cut = 'fill="none" stroke="var(--surface,#fff)" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"';

export const glyphs = {
  received: '<circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 1.6"/>',
  production: `${ring}<path d="M7 3.75A3.25 3.25 0 0 1 7 10.25Z" fill="currentColor"/>`,
  ready: `${ring}<path d="M7 3.75A3.25 3.25 0 1 1 3.75 7H7Z" fill="currentColor"/>`,
  dispatched: `${disc}<path d="M4.4 7h5M7.4 4.9 9.5 7 7.4 9.1" ${cut}/>`,
  delivered: `${disc}<path d="M4.3 7.2 6.2 9l3.5-3.9" ${cut}/>`,
  cancelled: `${ring}<path d="M5 5l4 4M9 5 5 9" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>`,
  hold: `${ring}<path d="M5.75 5v4M8.25 5v4" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/>`,
};
