import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** Everything but state is grey: colour is kept for signals. */
const ink: MantineColorsTuple = [
  "#f4f6f8",
  "#e9ecf0",
  "#d5dae1",
  "#b6bec9",
  "#929ca9",
  "#6d7885",
  "#505a66",
  "#39424c",
  "#262d35",
  "#171c22",
];

const gray: MantineColorsTuple = [
  "#f8f9fb",
  "#f1f3f6",
  "#e6e9ee",
  "#dbe0e6",
  "#c7ced7",
  "#a4adb9",
  "#646d79",
  "#4a525d",
  "#2f363f",
  "#1b2026",
];

const dark: MantineColorsTuple = [
  "#dfe3e8",
  "#bcc3cc",
  "#97a1ad",
  "#77818d",
  "#2c333b",
  "#222931",
  "#191f26",
  "#12171c",
  "#0c1013",
  "#07090b",
];

/** The main button is ink on paper in light and paper on ink in dark; what ends something is red in the same way. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const color = input.color ?? "ink";
  if (input.variant !== "filled" || (color !== "ink" && color !== "red")) return defaultVariantColorsResolver(input);
  return {
    background: color === "ink" ? "var(--sb-ink)" : "var(--sb-red)",
    hover: color === "ink" ? "var(--sb-ink-hover)" : "var(--sb-red-hover)",
    color: "var(--sb-on-ink)",
    border: "1px solid transparent",
  };
};

const sans = "var(--font-geist-sans), system-ui, sans-serif";

/** The one look of the console; `globals.css` holds what is not a Mantine value. */
export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 9, dark: 1 },
  variantColorResolver,
  colors: { ink, gray, dark },
  black: "#171c22",
  fontFamily: sans,
  fontFamilyMonospace: "var(--font-geist-mono), ui-monospace, monospace",
  headings: { fontFamily: sans, fontWeight: "600" },
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: "md",
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "10px", xl: "16px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { color: "var(--sb-ink)", iconColor: "var(--sb-on-ink)" } },
    TextInput: { defaultProps: { size: "sm" } },
    Tooltip: { defaultProps: { withArrow: true } },
    Modal: {
      defaultProps: {
        overlayProps: { backgroundOpacity: 0.45 },
        radius: "lg",
        closeButtonProps: { "aria-label": "Close" },
      },
    },
    Menu: { defaultProps: { shadow: "md", width: 220, position: "bottom-end" } },
  },
});
