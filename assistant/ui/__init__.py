"""The page a patient sees. Streamlit is imported here and in app.py, nowhere else."""
