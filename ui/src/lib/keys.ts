export type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether these keys were pressed. Letters match without regard to Caps Lock; a sign such as "?" needs no "Shift+". */
export function matchesKeys(wanted: string, pressed: Pressed): boolean {
  const parts = wanted === '+' ? ['+'] : wanted.split('+');
  const key = parts.at(-1) ?? '';
  const mod = parts.includes('Mod');
  const shift = parts.includes('Shift');
  if (pressed.altKey || mod !== (pressed.ctrlKey || pressed.metaKey)) return false;
  const isLetter = /^\p{L}$/u.test(key);
  const isNamed = key.length > 1;
  if ((isLetter || isNamed) && shift !== pressed.shiftKey) return false;
  return isLetter ? pressed.key.toLowerCase() === key.toLowerCase() : pressed.key === key;
}
