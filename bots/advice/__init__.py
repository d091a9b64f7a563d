"""Ask a plug-in for another order or other words where the bot is unsure by itself; never for anything else."""
