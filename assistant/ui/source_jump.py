"""What pressing the number of a citation does: its source unfolds and the reader stands there."""

from __future__ import annotations

from assistant.ui.escaping import Html

# The number is a link to its source, and a browser unfolds by itself what a link leads to. But
# Streamlit does not learn of it and keeps what it holds inert: links there cannot be pressed, and a
# screen reader passes over it. So the box is unfolded by pressing its own heading. The page may
# draw this script again; one listener is enough.
SCRIPT = Html("""<script>
if (!window.pmrSourceJump) {
  window.pmrSourceJump = true;
  document.addEventListener("click", event => {
    const chip = event.target.closest?.("a.pmr-chip");
    const source = chip && document.getElementById(chip.hash.slice(1));
    const box = source && source.closest("details");
    if (!box) return;
    event.preventDefault();
    if (box.querySelector("[inert]")) box.querySelector("summary").click();
    source.tabIndex = -1;
    const stand = () => {
      source.focus({preventScroll: true});
      source.scrollIntoView();
    };
    const unfolding = new ResizeObserver(stand);
    unfolding.observe(box);
    const leave = () => unfolding.disconnect();
    setTimeout(leave, 1000);
    addEventListener("keydown", leave, {once: true});  // the reader moves on: no pulling back
  });
}
</script>""")
