"""Video: clips decoded, looked at frame by frame, joined over time, and watched for alarms."""
