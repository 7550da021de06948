// Theme and row height are cookies, so the server draws them: no flash and no inline script.
const root = document.documentElement;
const secure = location.protocol === "https:" ? ";secure" : "";

function keep(name, value) {
  root.dataset[name] = value;
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax${secure}`;
  for (const button of document.querySelectorAll(`[data-do=${name}]`)) button.setAttribute("aria-pressed", String(button.dataset.value === value));
}
const isDark = () => root.dataset.theme === "dark" || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);

export const flipTheme = () => keep("theme", isDark() ? "light" : "dark");

document.addEventListener("click", event => {
  const button = event.target.closest("[data-do=theme], [data-do=density]");
  if (button) keep(button.dataset.do, button.dataset.value);
});
