"""Official papers: rendering, numbers, frozen bytes, scans."""
