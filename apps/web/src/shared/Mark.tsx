/** The one small mark: a drop that a rising line opens, drawn in whatever ink surrounds it. */

/** The mark, one line high; it says nothing to a screen reader. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="1.3em" height="1.3em" aria-hidden="true">
      <path
        d="M12 2.5c4.6 5.6 7 9.2 7 12.3a7 7 0 0 1-14 0c0-3.1 2.4-6.7 7-12.3Z"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linejoin="round"
      />
      <path
        d="M5.4 16.8c3.6.6 7.4-.6 10.6-5.6"
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
      />
    </svg>
  );
}
