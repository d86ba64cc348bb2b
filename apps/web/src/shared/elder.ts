/** Elder mode (长辈版): larger type and stronger contrast, remembered on this device. */
import { useEffect, useState } from 'preact/hooks';

const KEPT_AS = 'liyu-elder';

/** Whether elder mode is on, and its switch; also read from the address (`?elder=1`). */
export function useElderSwitch(): readonly [boolean, (isOn: boolean) => void] {
  const [isElder, setElder] = useState(
    () =>
      new URLSearchParams(location.search).get('elder') === '1' ||
      localStorage.getItem(KEPT_AS) === '1',
  );
  useEffect(() => {
    document.documentElement.toggleAttribute('data-elder', isElder);
    localStorage.setItem(KEPT_AS, isElder ? '1' : '0');
  }, [isElder]);
  return [isElder, setElder];
}
