"""What only real processes can prove: one server, one Chromium and the mail it wrote, started once and on demand."""
