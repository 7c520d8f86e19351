using MudBlazor;

namespace AgentManagement.WebConsole.Components;

/// <summary>Colours, dark or light. All pairs of text and ground have a contrast of 4.5 at least.</summary>
public sealed class Appearance(Browser browser)
{
    private const string Key = "appearance";

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3949ab", PrimaryContrastText = "#ffffff", Secondary = "#5d4037", Tertiary = "#00695c", Background = "#f6f7fb",
            Surface = "#ffffff", AppbarBackground = "#ffffff", AppbarText = "#1c1f2b", TextPrimary = "#1c1f2b", TextSecondary = "#565b6e",
            TextDisabled = "#6b7082", ActionDefault = "#4a4f62", LinesDefault = "#dfe2ec", LinesInputs = "#8b90a3", Divider = "#e4e6ef",
            TableLines = "#e4e6ef", TableHover = "#eef0fa", Success = "#1b6e3c", Warning = "#8a5200", Error = "#b3261e", Info = "#0b5c9e",
            SuccessContrastText = "#ffffff", WarningContrastText = "#ffffff", ErrorContrastText = "#ffffff", InfoContrastText = "#ffffff",
            Dark = "#2a2e3d", DarkContrastText = "#ffffff",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#aab6ff", PrimaryContrastText = "#141a3a", Secondary = "#d7ccc8", Tertiary = "#80cbc4", Background = "#12141c",
            Surface = "#1b1e29", AppbarBackground = "#1b1e29", AppbarText = "#e8eaf4", TextPrimary = "#e8eaf4", TextSecondary = "#b0b5c8",
            TextDisabled = "#9297ab", ActionDefault = "#c3c8da", LinesDefault = "#343849", LinesInputs = "#7d8298", Divider = "#2c3040",
            TableLines = "#2c3040", TableHover = "#252938", Success = "#7ddc9f", Warning = "#ffc56b", Error = "#ff9f97", Info = "#8cc8ff",
            SuccessContrastText = "#062413", WarningContrastText = "#2c1a00", ErrorContrastText = "#410e0b",
            InfoContrastText = "#04213a", Dark = "#e8eaf4", DarkContrastText = "#12141c",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography
            {
                FontFamily = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"],
                FontSize = "0.875rem",
            },
            Button = new ButtonTypography { TextTransform = "none", FontWeight = "600" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };

    public event Action? Changed;

    public bool IsDark { get; private set; }

    public async Task StartAsync() => IsDark = await browser.ReadAsync(Key) is { } kept ? kept == "dark" : await browser.PrefersDarkAsync();

    public async Task ToggleAsync()
    {
        IsDark = !IsDark;
        Changed?.Invoke();
        await browser.WriteAsync(Key, IsDark ? "dark" : "light");
    }
}
