"""The page's own styles. Colours follow Streamlit's light and dark themes by ``color-scheme``."""

from __future__ import annotations

# Text keeps the theme's colour wherever it can, so contrast holds in both themes. A browser too
# old for light-dark() drops those backgrounds and still shows border, icon and words.
CSS = """
<style>
.pmr { overflow-wrap: anywhere; line-height: 1.5; }
.pmr p { margin: 0 0 .6rem; }
.pmr ul { margin: 0 0 .6rem; padding-left: 1.3rem; }
.pmr li { margin: 0 0 .25rem; }
.pmr a { color: inherit; text-decoration: underline; }
.pmr a:focus-visible, .pmr summary:focus-visible, .pmr-source:focus-visible {
  outline: 3px solid currentColor; outline-offset: 2px; }
[data-testid="stMain"]:focus-visible { outline: 3px solid currentColor; outline-offset: -3px; }
.pmr-said { white-space: pre-wrap; margin: 0; }
.pmr p.pmr-lead-in, p.pmr-lead-in { font-weight: 600; margin: .25rem 0 0; }
.pmr-small { font-size: .9rem; }
.pmr-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.pmr-head h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; padding: 0; }
.pmr-lead { font-size: 1.1rem; }
.pmr-emergency-line { margin: 0; font-weight: 600; }
.pmr-brand { display: flex; align-items: center; gap: .6rem; margin: 0; font-weight: 600; }
.pmr-brand img { display: block; max-height: 2.5rem; max-width: 10rem; }
.pmr .pmr-contact { list-style: none; padding: 0; }
.pmr-foot .pmr-contact { display: flex; flex-wrap: wrap; gap: 0 1.2rem; align-items: baseline; }
.pmr-contact a, .pmr-foot summary { display: inline-block; padding: .25rem 0; }
.st-key-foot { margin-top: 2rem; padding-top: .75rem;
  border-top: 1px solid light-dark(#8a94a3, #7c8796); }
.st-key-foot [data-testid="stPageLink-NavLink"] { padding-left: 0; }
.pmr-explained summary { cursor: pointer; padding: .4rem 0; }
.pmr-tools { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
button.pmr-tool { font: inherit; font-size: .9rem; color: inherit; background: none;
  border: 1px solid light-dark(#8a94a3, #7c8796); border-radius: .5rem; padding: .4rem .8rem;
  min-height: 2.25rem; cursor: pointer; }
button.pmr-tool:hover { text-decoration: underline; }
button.pmr-tool:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
.pmr-wait { display: flex; gap: .6rem; align-items: center; }
.pmr-wait::before { content: ""; width: 1rem; height: 1rem; border-radius: 50%;
  border: 3px solid currentColor; border-right-color: transparent;
  animation: pmr-turn 1s linear infinite; }
@keyframes pmr-turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .pmr-wait::before { animation: none; } }

a.pmr-chip { font-size: .85em; font-weight: 600; text-decoration: none; white-space: nowrap;
  padding: .1em .25em; border-radius: .3em; background: light-dark(#e3edf9, #24384f); }
a.pmr-chip:hover { text-decoration: underline; }
.pmr mark { background: light-dark(#fff0b3, #5c4a00); color: inherit; padding: .05em .1em;
  border-radius: .2em; }
.pmr-source { border-left: 4px solid light-dark(#8a94a3, #7c8796); padding-left: .8rem; }
.pmr-source h2 { font-size: 1rem; margin: 0 0 .2rem; padding: 0; }
.pmr-facts { font-size: .9rem; }

.pmr-card { border: 2px solid var(--edge); border-left-width: 8px; border-radius: .5rem;
  padding: .9rem 1rem; background: var(--fill); }
.pmr-card h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .5rem; padding: 0; }
.pmr-card h3 { font-size: 1rem; margin: .8rem 0 .25rem; padding: 0; }
.pmr-card > :last-child { margin-bottom: 0; }
.pmr-badge { display: flex; align-items: center; gap: .5rem; font-weight: 700; }
.pmr-icon { display: inline-flex; align-items: center; justify-content: center; flex: none;
  width: 1.6rem; height: 1.6rem; border-radius: 50%; background: var(--edge); color: #fff;
  font-weight: 700; }
.pmr-calls { display: flex; flex-wrap: wrap; gap: .5rem; margin: .7rem 0; padding: 0;
  list-style: none; }
.pmr ul.pmr-calls { padding: 0; }
.pmr a.pmr-call { display: inline-block; background: var(--edge); color: #fff; font-weight: 700;
  padding: .65rem 1rem; border: 2px solid var(--edge); border-radius: .5rem;
  text-decoration: none; }
.pmr a.pmr-call:hover { text-decoration: underline; }
.pmr-emergency { --edge: #b3261e; --fill: light-dark(#fdeceb, #3a1614); }
.pmr-emergency li:not(:first-child) a.pmr-call { background: none; color: inherit; }
.pmr-urgent { --edge: #9a4a00; --fill: light-dark(#fff3e6, #35220e); }
.pmr-prompt { --edge: #0b5cad; --fill: light-dark(#eaf3fd, #12263c); }
.pmr-notice { --edge: #4c5a6b; --fill: light-dark(#f1f4f8, #1c2430); }
.pmr-crisis, .pmr-safeguarding { --edge: #6b3fa0; --fill: light-dark(#f5effb, #271a38); }

/* Streamlit's own white is too pale on the dark theme's bright colour. */
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primary"]:hover {
  color: light-dark(#fff, #000); }

[class*="-thumbs"] button, [class*="-about"] summary, [data-testid="stForm"] button {
  min-height: 2.75rem; }
[data-testid="stForm"] :is([role="radiogroup"], [data-testid="stCheckbox"]) label {
  min-height: 2.75rem; align-items: center; }

.pmr-head h2 { font-size: 1.2rem; margin: .8rem 0 0; padding: 0; }
.pmr-sketch { width: 100%; max-width: 20rem; }
.pmr-sketch img { display: block; width: 100%; }
.pmr-sketch p { display: flex; justify-content: space-around; margin: 0; }

.pmr-article h2 { font-size: 1.3rem; margin: 1.4rem 0 .4rem; padding: 0; }
.pmr-article h3 { font-size: 1.1rem; margin: 1rem 0 .3rem; padding: 0; }
.pmr-contents summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
.pmr-contents li { margin: 0; }
.pmr-contents a { display: block; padding: .3rem 0; }
[class*="st-key-section-"] { padding-left: 1.6rem; }
[class*="st-key-section-"] [data-testid="stPageLink-NavLink"] { min-height: 1.75rem; }
[class*="st-key-section-"] [data-testid="stPageLink-NavLink"] p { font-weight: 400; }
[data-testid="InputInstructions"] { display: none; }  /* English only, and they cover the words */
.pmr-article table { display: block; overflow-x: auto; border-collapse: collapse; }
.pmr-article td, .pmr-article th { border: 1px solid light-dark(#8a94a3, #7c8796);
  padding: .3rem .5rem; text-align: left; }

[data-testid="stMainBlockContainer"] { padding: 4.5rem 1rem 1rem; max-width: 46rem; }
[data-testid="stMain"] { scroll-padding: 5rem 0 9rem; }  /* what stands above and below it */
.st-key-language { margin-bottom: -1.5rem; }
[data-testid^="stChatMessageAvatar"] { display: none; }
[data-testid="stChatMessage"]:has([data-testid="stChatMessageAvatarAssistant"]) {
  padding-inline: 0; }
[data-testid^="stBaseButton-primary"]:enabled { color: light-dark(#fff, #10151d); }
[data-testid="stPageLink-NavLink"] { background: none; font-weight: 400; }
[data-testid="stPageLink-NavLink"]:hover { background: light-dark(#f1f4f8, #1c2430); }
[data-testid="stPageLink-NavLink"] p { white-space: normal; text-decoration: underline; }
[data-testid="stBottomBlockContainer"] [data-testid="stVerticalBlock"] { gap: .5rem; }
[data-testid="stBottomBlockContainer"] { padding: .5rem 1rem 1rem; max-width: 46rem; }
@media print {
  [data-testid="stHeader"], [data-testid="stBottom"], [data-testid="stToolbar"], .stButton,
  .pmr-tools, .st-key-language, [class*="-thumbs"] { display: none !important; }
  .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] { position: static !important;
    height: auto !important; overflow: visible !important; }
}
</style>
"""

# Only where another website shows the page in a frame, with its own name above it.
EMBED_CSS = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.25rem; }
.pmr-head h1 { font-size: 1.4rem; }
.st-key-language { margin-bottom: -1rem; }
</style>
"""

# Everything on the page is measured in the size of its letters.
LARGE_TYPE_CSS = "<style>:root { font-size: 22px !important; }</style>"

HIGH_CONTRAST_CSS = """
<style>
.stApp, [data-testid="stHeader"], [data-testid="stBottom"], [data-testid="stBottom"] > div,
[data-testid="stChatMessage"], .pmr-card, .pmr-wait {
  background: light-dark(#fff, #000) !important; color: light-dark(#000, #fff) !important; }
.stApp :is(p, li, h1, h2, h3, label, summary, input, textarea, td, th) {
  color: light-dark(#000, #fff) !important; }
.stApp a, .stApp a p { color: light-dark(#00008b, #9cf) !important; text-decoration: underline; }
.pmr a.pmr-call, .pmr a.pmr-call:hover { background: light-dark(#fff, #000) !important;
  border: 3px solid currentColor; }
.stApp button, .stApp input, .stApp textarea, [data-testid="stExpander"] details,
[data-testid="stChatInput"] > div { border: 2px solid light-dark(#000, #fff) !important;
  background: light-dark(#fff, #000) !important; }
[data-testid="stChatInput"] textarea { border: none !important; }
.stApp ::placeholder { color: light-dark(#000, #fff) !important; opacity: 1; }
.st-key-language button { padding-inline: .6rem; }
.stApp button, .stApp button * { color: light-dark(#000, #fff) !important; }
.pmr mark, a.pmr-chip { background: light-dark(#ff0, #00008b) !important; }
a.pmr-chip { border: 1px solid currentColor; }
</style>
"""

# Only on the page for the visit: paper shows the sheet and nothing else.
PRINT_CSS = """
<style>
.pmr-origin { margin: -.4rem 0 .6rem 1.7rem; }
:is(.st-key-visit-questions, .st-key-visit-tell) .pmr-origin { margin-left: 0; }
.pmr-sheet { display: none; }
@media print {
  :root, .stApp { color-scheme: light !important; }
  html, body, #root, #root > div, .stApp, .stApp > div, [data-testid="stAppViewContainer"],
  [data-testid="stMain"], [data-testid="stMainBlockContainer"] { position: static !important;
    display: block !important; height: auto !important; overflow: visible !important;
    background: #fff !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [data-testid="stHeader"], [data-testid="stBottom"], [data-testid="stToolbar"],
  [data-testid="stVerticalBlock"] > :not(:has(.pmr-sheet)) { display: none !important; }
  .pmr-sheet, .pmr-sheet * { display: block; color: #000 !important; }
  .pmr-sheet { font-size: 11pt; line-height: 1.4; }
  .pmr-sheet h1 { font-size: 20pt; margin: 8pt 0 2pt; padding: 0; }
  .pmr-sheet h2 { font-size: 14pt; margin: 12pt 0 2pt; padding: 0; break-after: avoid; }
  .pmr-sheet p { margin: 0 0 2pt; }
  .pmr-sheet .pmr-on-line { padding-left: 6mm; }
  .pmr-sheet .pmr-on-origin { padding-left: 6mm; margin-bottom: 6pt; font-size: 9pt; }
  .pmr-sheet [class^="pmr-on-care"] { border-left: 1.5mm solid #b3261e; padding-left: 4mm;
    margin: 0; }
}
</style>
"""

# Only on the staff's page: wider, for tables and charts.
STAFF_CSS = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 72rem; }
.pmr-part h2 { border-bottom: 1px solid light-dark(#8a94a3, #7c8796); margin-top: 1rem; }
.pmr-mark { font-weight: 600; white-space: nowrap; }
.pmr-good { color: light-dark(#146c43, #6ccf97); }
.pmr-bad { color: light-dark(#b3261e, #ff9d94); }
.pmr-tag { border: 1px solid currentColor; border-radius: .3rem; padding: 0 .3rem;
  font-size: .85rem; }
.pmr-wide { overflow-x: auto; overflow-wrap: normal; }
.pmr-wide table { min-width: 50rem; }
.pmr-wide:focus-visible { outline: 3px solid currentColor; }
.pmr-wide table, .pmr-case table { border-collapse: collapse; width: 100%; font-size: .9rem; }
.pmr-wide :is(td, th), .pmr-case :is(td, th) { text-align: left; vertical-align: top;
  padding: .3rem .5rem; border-bottom: 1px solid light-dark(#c5ccd6, #3a4453); }
.pmr-case { border-bottom: 1px solid light-dark(#c5ccd6, #3a4453); }
.pmr-case > summary { padding: .6rem 0; min-height: 2.75rem; }
.pmr-why { display: block; padding-left: 1.1rem; }
.pmr :is(.pmr-case-facts, .pmr-facts-list dl) { display: grid; gap: .3rem .8rem;
  grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); margin: 0 0 1rem; padding: 0; }
.pmr .pmr-case-facts { padding-left: 1.1rem; }
.pmr-case-facts > dt, .pmr-facts-list dt { font-weight: 600; }
.pmr-case-facts > dd, .pmr-facts-list dd { margin: 0; overflow-x: auto; }
@media (max-width: 40rem) {
  .pmr :is(.pmr-case-facts, .pmr-facts-list dl) { grid-template-columns: minmax(0, 1fr); }
}
</style>
"""
